"""The reader that the settings name."""

import os
from pathlib import Path

from footnote.answering.calibration import Calibration
from footnote.answering.span_model import OnnxSpanModel, TransformersSpanModel
from footnote.answering.span_reader import SpanReader
from footnote.models import models_folder
from footnote.settings import DEFAULT_READER, Settings


def load_reader(settings: Settings) -> SpanReader:
    """Return the reader that the settings name, at their preset. Raises ModelError."""
    threads = settings.threads or os.cpu_count() or 1
    if settings.reader == DEFAULT_READER:
        folder = models_folder() / "reader"
        model, calibration = OnnxSpanModel(folder), Calibration.read(folder / "calibration.json")
        return SpanReader(model, calibration, settings.preset, threads)
    kept = Path(settings.reader) / "calibration.json"
    calibration = Calibration.read(kept) if kept.is_file() else Calibration.none()
    # torch runs its own threads.
    other = TransformersSpanModel(settings.reader, settings.hub)
    return SpanReader(other, calibration, settings.preset)
