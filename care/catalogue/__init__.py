"""What the care backend knows by heart: services, centres and tariffs, from YAML, checked at start."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from care.catalogue.centres import Centre, CentreFile
from care.catalogue.faq import FaqFile
from care.catalogue.services import Service, ServiceFile, Variant
from care.catalogue.tariffs import TariffFile
from care.catalogue.yaml_file import read

__all__ = ["Catalogue", "Centre", "Service", "Variant", "load"]

FOLDER = Path(__file__).parent


@dataclass(frozen=True)
class Catalogue:
    """Services by id, the centres with their provinces and prefixes, and the prices."""

    services: dict[str, Service]
    places: CentreFile
    tariffs: TariffFile
    faq: FaqFile
    centre_of: Mapping[str, str]

    def province_of_code(self, customer_code: str) -> str | None:
        """The province of today behind a customer code's prefix; the longest prefix wins."""
        fitting = [p for p in self.places.prefixes if customer_code.startswith(p.prefix)]
        return max(fitting, key=lambda p: len(p.prefix)).province if fitting else None


def load(folder: Path = FOLDER) -> Catalogue:
    """Read and check all catalogue files; raises CatalogueError."""
    services = read(folder / "services.yaml", ServiceFile)
    places = read(folder / "centres.yaml", CentreFile)
    tariffs = read(folder / "tariffs.yaml", TariffFile)
    faq = read(folder / "faq.yaml", FaqFile)
    centre_of = {name: centre.code for centre in places.centres for name in centre.provinces}
    return Catalogue(services=services.resolved(), places=places, tariffs=tariffs, faq=faq, centre_of=centre_of)
