"""The commands for agents, and for those who check what agents write.

In: a service, or data to be served within the process. Out: answers in the Model Context Protocol;
what holds of a text's citations.
"""
