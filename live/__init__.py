"""Pages that change by themselves: publish() on one side, server-sent events on the other."""

from live.publishing import changed, publish, recheck

__all__ = ["changed", "publish", "recheck"]
