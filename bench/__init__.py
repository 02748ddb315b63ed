"""How fast Earshot is, measured against its budgets: bin/bench inbox, bin/bench live …

    python -m bench ─► PostgreSQL, Redis, migrations ─► one scenario after the other
                                                          ├─ servers as the demo starts them
                                                          └─ load from processes of their own

A budget is a ratio wherever it can be: both sides are measured in one run, so that a slow machine
is no excuse and a fast one no merit. What depends on a quiet machine says so.
"""
