"""News as they were known at an instant: a folder's file, feeds of the web, or headlines of the simulated market.

Nothing here reads meaning: texts are bounded, dated and counted; `agent.reader` reads them, one at a time. What cannot
be used is left out and counted by reason in the source's health.
"""

from knowledge.news.demo import DemoNews
from knowledge.news.files import FileNews
from knowledge.news.store import NewsStore
from knowledge.news.texts import MAX_BODY, MAX_LINE, MAX_TITLE

__all__ = ["MAX_BODY", "MAX_LINE", "MAX_TITLE", "DemoNews", "FileNews", "NewsStore"]
