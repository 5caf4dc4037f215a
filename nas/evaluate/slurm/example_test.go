package slurm_test

import (
	"fmt"

	"coexplore/nas/evaluate/slurm"
)

// The script of an array of four tasks with a GPU each, at most two at once.
func ExampleScript() {
	script, err := slurm.Script(slurm.Options{
		Dir: "/home/me/runs/big", Command: []string{"/home/me/bin/coexplore", "evaluate-request"},
		Partition: "gpu", Gres: "gpu:1", Time: "30", CPUs: 4, Array: 2,
	}, 4)
	if err != nil {
		panic(err)
	}
	fmt.Print(script)
	// Output:
	// #!/bin/sh
	// #SBATCH --job-name=coexplore-big-f31ce3eb-0001
	// #SBATCH --array=0-3%2
	// #SBATCH --cpus-per-task=4
	// #SBATCH --chdir=/home/me/runs/big/jobs
	// #SBATCH --output=logs/%x_%a.log
	// #SBATCH --open-mode=append
	// #SBATCH --requeue
	// #SBATCH --partition=gpu
	// #SBATCH --time=30
	// #SBATCH --gres=gpu:1
	// # Variables such as SBATCH_PARTITION outrank these lines: sbatch gets the same options
	// # on its command line, which outranks both.
	//
	// # Line n+1 of the list names the requests of task n. Each gets an answer in ../answers.
	// requests=$(sed -n "$((SLURM_ARRAY_TASK_ID + 1))p" coexplore-big-f31ce3eb-0001.tasks)
	// exec /home/me/bin/coexplore evaluate-request $requests
}
