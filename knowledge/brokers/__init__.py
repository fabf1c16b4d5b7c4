"""Who carries out an approved trade: practice here, the person, or a broker outside."""

from knowledge.brokers.manual import ManualBroker
from knowledge.brokers.opened import open_broker
from knowledge.brokers.paper import PaperBroker

__all__ = ["ManualBroker", "PaperBroker", "open_broker"]
