// Package slurm trains the networks of a search as jobs of a cluster that Slurm runs. It
// needs Slurm's own commands (sbatch, squeue, scancel, scontrol, and sacct where there is
// accounting; version 22.05 or later) on the machine of the search, and a folder that it
// shares with the nodes.
//
//	q, err := slurm.Open(slurm.Options{Dir: "runs/big", Command: []string{"runs/big/coexplore", "evaluate-request"}})
//	...
//	defer q.Close()
//	problem := nas.Problem{Space: s, Hardware: h, Spec: 2400, Evaluator: q.Evaluator(ask)}
//	settings := nas.Settings{Seed: 1, Episodes: 1000, InFlight: 64, Workers: 64}
//
// # What happens to a network
//
// A [Queue] writes a request into the folder jobs of the run, and lets what comes in
// within a moment share a job array: one sbatch for many networks. A task of the array runs
// the command with the files of its requests, which writes an answer for each into the
// folder answers. The queue finds answers by looking into that folder, and asks squeue once
// for all its jobs, more and more rarely while nothing happens.
//
// A task that has left squeue without an answer is looked up in sacct, or by scontrol where
// there is no accounting, and its network is submitted again, a few times and later each
// time. So are networks whose answer is damaged. A controller that cannot be reached is
// waited for. What has been tried in vain fails that one evaluation, with the reason and the
// last words of the job's log.
//
// Jobs are known by their names, which have the run's folder in them: a search that was
// killed finds what it submitted again when it goes on, even if it was killed between the
// submission and its end.
package slurm
