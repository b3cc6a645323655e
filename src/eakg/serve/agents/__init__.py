"""The door for agents: tools of the Model Context Protocol over the paths of a service, and
citations that can be checked.

In: a service, in this process or elsewhere. Out: answers with the version, the query, an address at
which it is asked again, and numbered citations; whether the citations of a text hold.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
