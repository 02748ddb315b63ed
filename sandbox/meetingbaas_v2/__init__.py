"""Meeting BaaS v2 as `meetingbaas-v2.md` of the contracts describes it: paths under /v2."""
