"""Teachers: their mean, their share of the loss, and folders that hold none."""

import pytest
import torch
import torch.nn.functional as F

from crystal_llm.errors import WeightsError
from crystal_llm.training.compact.config import CompactShape
from crystal_llm.training.compact.network import batch_loss, padded, random_network
from crystal_llm.training.compact.sequences import TrainingSequence
from crystal_llm.training.compact.teaching import Teachers
from crystal_llm.training.compact.weights import save_weights

TOKENS = 64
SIZES = (CompactShape(1, 16, 1, 24, 64), CompactShape(2, 32, 2, 48, 64))
BATCH = [
    TrainingSequence([1, 20, 30, 40, 2], [0.0, 0.0, 1.0, 1.0, 0.3]),
    TrainingSequence([1, 21, 31, 2], [0.0, 1.0, 1.0, 1.0]),
]
LENGTH = 16


@pytest.fixture
def folders(tmp_path):
    for seed, shape in enumerate(SIZES):
        network = random_network(shape, TOKENS, seed)
        save_weights(network, dict(network.named_parameters()), tmp_path / str(seed))
    return [tmp_path / str(seed) for seed in range(len(SIZES))]


def test_the_loss_is_the_cross_entropy_with_the_mean_of_the_teachers(folders):
    student = random_network(SIZES[0], TOKENS, 7).eval()
    ids, weights = padded(BATCH, LENGTH, 2)
    with torch.no_grad():
        logits = student(input_ids=ids[:, :-1]).logits
        means = []
        for folder in folders:
            means.append(Teachers([folder], 1.0, "cpu", TOKENS).probabilities(ids[:, :-1]))
        target = (means[0] + means[1]) / 2
        taught = -(target * logits.log_softmax(-1)).sum(-1)
        data = F.cross_entropy(logits.transpose(1, 2), ids[:, 1:], reduction="none")
        weight = weights[:, 1:]
        for share in (0.0, 0.7, 1.0):
            expected = ((share * taught + (1 - share) * data) * weight).sum() / weight.sum()
            teachers = Teachers(folders, share, "cpu", TOKENS)
            loss = batch_loss(student, BATCH, LENGTH, 2 * LENGTH, teachers)
            assert loss.item() == pytest.approx(expected.item(), rel=1e-5)
    assert not torch.allclose(means[0], means[1])


def test_a_student_of_its_own_probabilities_has_nothing_to_learn(folders):
    teachers = Teachers(folders[:1], 1.0, "cpu", TOKENS)
    student = random_network(SIZES[0], TOKENS, 0)  # the weights of the first
    batch_loss(student, BATCH, LENGTH, 2 * LENGTH, teachers).backward()
    gradient = max(float(value.grad.abs().max()) for value in student.parameters())
    other = random_network(SIZES[0], TOKENS, 3)
    batch_loss(other, BATCH, LENGTH, 2 * LENGTH, teachers).backward()
    assert gradient < 0.05 * max(float(value.grad.abs().max()) for value in other.parameters())


def test_folders_without_such_a_network(folders, tmp_path):
    with pytest.raises(WeightsError, match="vocabulary of 64 tokens"):
        Teachers(folders, 0.5, "cpu", TOKENS + 1)
    (tmp_path / "empty").mkdir()
    with pytest.raises(WeightsError, match="not a network of this package"):
        Teachers([tmp_path / "empty"], 0.5, "cpu", TOKENS)
    (folders[0] / "model.safetensors").write_bytes(b"spoiled")
    with pytest.raises(WeightsError, match="not a network of this package"):
        Teachers(folders, 0.5, "cpu", TOKENS)
