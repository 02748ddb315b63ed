"""Out to the platform and back. A link leads out: under our policy no form may end elsewhere."""

from allauth.socialaccount.providers.oauth2.views import OAuth2CallbackView, OAuth2LoginView
from django.views.decorators.cache import never_cache

from accounts.identity.provider import GoogleAdapter, MicrosoftAdapter

google_login = never_cache(OAuth2LoginView.adapter_view(GoogleAdapter))
google_callback = never_cache(OAuth2CallbackView.adapter_view(GoogleAdapter))
microsoft_login = never_cache(OAuth2LoginView.adapter_view(MicrosoftAdapter))
microsoft_callback = never_cache(OAuth2CallbackView.adapter_view(MicrosoftAdapter))
