"""The strings behind the stage: an API for tests and pages for people, both under /sandbox."""
