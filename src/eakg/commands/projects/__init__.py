"""Commands about a project as a whole: one that is begun, one that is published as files."""
