"""The controller of package controller in PyTorch, for comparison.

    peer_torch.py time HIDDEN DECISIONS PERIOD SECONDS
        Milliseconds an episode (sample, go back, one Adam step) on one thread,
        the median of batches of ten: one line with one number.
    peer_torch.py gradients < weights.json
        Gradients of the loss for given weights and episodes, as JSON.

The test TestPyTorch in peer_test.go runs both.
"""

import json
import sys
import time

import torch
import torch.nn.functional as F


class Policy(torch.nn.Module):
    """nn.Embedding, nn.LSTMCell, and one head of four options a decision."""

    def __init__(self, hidden, decisions, period):
        super().__init__()
        tables = period if period > 0 else decisions
        self.row = [0] + [1 + 4 * (t % tables) for t in range(decisions - 1)]
        self.embedding = torch.nn.Embedding(1 + 4 * tables, hidden)
        self.cell = torch.nn.LSTMCell(hidden, hidden)
        self.head = torch.nn.Parameter(0.1 * torch.rand(decisions, 4, hidden))
        self.bias = torch.nn.Parameter(torch.zeros(decisions, 4))
        self.hidden, self.decisions = hidden, decisions

    def episode(self):
        """Samples the actions; returns the sums of log pi and of the entropy."""
        # unbind once: indexing self.head[t] costs a gradient of full size at every step
        heads, biases = self.head.unbind(0), self.bias.unbind(0)
        h = c = torch.zeros(1, self.hidden)
        token = torch.zeros(1, dtype=torch.long)
        chosen, entropy = [], []
        for t in range(self.decisions):
            h, c = self.cell(self.embedding(token), (h, c))
            logp = F.log_softmax(F.linear(h, heads[t], biases[t]), dim=1)
            prob = logp.exp()
            action = torch.multinomial(prob.detach(), 1)
            chosen.append(logp.gather(1, action))
            entropy.append((prob * logp).sum())
            if t + 1 < self.decisions:
                token = action[0] + self.row[t + 1]
        return torch.cat(chosen).sum(), -torch.stack(entropy).sum()


def time_episodes(hidden, decisions, period, seconds):
    torch.set_num_threads(1)
    torch.manual_seed(1)
    policy = Policy(hidden, decisions, period)
    optimizer = torch.optim.Adam(policy.parameters(), lr=0.001)

    def once():
        logp, entropy = policy.episode()
        loss = -(torch.rand(1).item() - 0.5) * logp - 0.001 * entropy
        optimizer.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(policy.parameters(), 5)
        optimizer.step()

    for _ in range(10):
        once()
    batches = []
    end = time.perf_counter() + seconds
    while time.perf_counter() < end or len(batches) < 3:
        start = time.perf_counter()
        for _ in range(10):
            once()
        batches.append((time.perf_counter() - start) * 100)
    batches.sort()
    return batches[len(batches) // 2]


def gradients(spec):
    """The loss is minus what Policy.Update climbs; all in float64."""
    torch.set_default_dtype(torch.float64)
    hidden = spec["hidden"]
    cell = torch.nn.LSTMCell(hidden, hidden)
    with torch.no_grad():
        cell.weight_ih.copy_(torch.tensor(spec["weight_ih"]))
        cell.weight_hh.copy_(torch.tensor(spec["weight_hh"]))
        cell.bias_ih.copy_(torch.tensor(spec["bias"]))
        cell.bias_hh.zero_()
    embedding = torch.tensor(spec["embedding"], requires_grad=True)
    heads = [torch.tensor(w, dtype=torch.float64, requires_grad=True) for w in spec["heads"]]
    biases = [torch.tensor(b, dtype=torch.float64, requires_grad=True) for b in spec["head_biases"]]
    loss = torch.zeros(())
    for actions, advantage in zip(spec["episodes"], spec["advantages"]):
        h = c = torch.zeros(1, hidden)
        token = 0
        for t, action in enumerate(actions):
            h, c = cell(embedding[token : token + 1], (h, c))
            logp = F.log_softmax(F.linear(h, heads[t], biases[t]), dim=1)[0]
            weight = spec["discount"] ** (len(actions) - (t + 1)) * advantage
            loss = loss - weight * logp[action] + spec["entropy"] * (logp.exp() * logp).sum()
            token = spec["rows"][t] + action
    loss = loss / len(spec["episodes"])
    loss.backward()
    return {
        "weight_ih": cell.weight_ih.grad.tolist(),
        "weight_hh": cell.weight_hh.grad.tolist(),
        "bias": cell.bias_ih.grad.tolist(),
        "embedding": embedding.grad.tolist(),
        "heads": [w.grad.tolist() for w in heads],
        "head_biases": [b.grad.tolist() for b in biases],
    }


if __name__ == "__main__":
    if sys.argv[1:2] == ["time"] and len(sys.argv) == 6:
        print(time_episodes(*map(int, sys.argv[2:5]), float(sys.argv[5])))
    elif sys.argv[1:] == ["gradients"]:
        json.dump(gradients(json.load(sys.stdin)), sys.stdout)
    else:
        sys.exit(__doc__)
