"""Train what finds a follow-up question's referent; goes on from where it was stopped.

Usage: python -m training.train_followups DATA FOLDER [--stable N] [--decay N]

DATA holds reading/squad-train-v1.1.json.gz and rewriting/canard/dev.json.gz; see the model card
for their sources. It begins at the reader's weights, which find answers in passages already.
"""

import argparse
from pathlib import Path

import torch
from tokenizers import Tokenizer

from footnote.answering.windows import PairTokenizer
from footnote.evaluation.question_files import read_articles
from footnote.models import models_folder
from training.followup_examples import FollowUpSources, part_of, read_canard
from training.reader_model import ReaderModel
from training.train_reader import Run, optimizer_of, resume, train


def main() -> None:
    """Train as the arguments say."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", type=Path)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--stable", type=int, default=700)
    parser.add_argument("--decay", type=int, default=400)
    given = parser.parse_args()
    given.folder.mkdir(parents=True, exist_ok=True)
    rewritten = read_canard(given.data / "rewriting" / "canard" / "dev.json.gz")
    sources = FollowUpSources(
        read_articles(given.data / "reading" / "squad-train-v1.1.json.gz"),
        [each for each in rewritten if part_of(each.article) == "fit"],
    )
    reader = models_folder() / "reader"
    pairs = PairTokenizer(Tokenizer.from_file(str(reader / "tokenizer.json")))
    torch.manual_seed(0)
    device = "cuda" if torch.cuda.is_available() else "cpu"
    model = ReaderModel.read(reader).to(device).train()
    run = Run(model, optimizer_of(model), device, given.stable, given.decay)
    resume(run, given.folder)
    train(run, sources, pairs, given.folder)
    run.model.float().write(given.folder / "followups")


if __name__ == "__main__":
    main()
