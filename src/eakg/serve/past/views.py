"""The views of past versions, to be registered in an application."""

from eakg.serve.past.memento_view import blueprint as mementos

blueprints = (mementos,)
