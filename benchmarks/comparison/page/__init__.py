"""The page about a run, in Markdown. In: a run, and the files of its charts. Out: `whole.page`."""
