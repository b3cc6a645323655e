from .site import PublicationAccount as PublicationAccount
from .site import publish_site as publish_site
