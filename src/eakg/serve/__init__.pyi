from .application import create_app as create_app
from .options import TOKEN as TOKEN
from .options import ServeOptions as ServeOptions
from .server import run as run
