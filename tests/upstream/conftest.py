"""An account of a workspace, with secrets that may appear nowhere."""

import pytest

from accounts.models import Workspace
from upstream.models import ProviderName, UpstreamAccount

KEY = "key-that-nobody-may-see"
WEBHOOK_SECRET = "whsec_ZWFyc2hvdC10ZXN0LXNlY3JldC1vbmU="
CALLBACK_SECRET = "callback-secret-that-nobody-may-see"


@pytest.fixture
def account(workspace: Workspace) -> UpstreamAccount:
    return UpstreamAccount.objects.create(
        workspace=workspace,
        name="Meeting BaaS",
        provider=ProviderName.MEETINGBAAS_V2,
        base_url="https://provider.example",
        api_key=KEY,
        webhook_secret=WEBHOOK_SECRET,
        callback_secret=CALLBACK_SECRET,
    )
