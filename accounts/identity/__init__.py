"""Signing in with Google and Microsoft: who somebody is, and nothing else of theirs.

    config/urls → urls.py → views.py → provider.py
                                       what is asked, and what of the answer is believed

It is a consent of its own: `openid email profile`. Connecting a calendar (calendars/oauth.py) asks
for that permission separately, and ending one leaves the other as it is. Both go to the same
servers (GOOGLE_…, MICROSOFT_… in the settings). No token is kept.
"""
