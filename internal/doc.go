// Package internal holds what the command is made of. Its page lists what coexplore
// promises beside right results, and the tests that hold each promise; a test of this
// package makes sure that they are there.
//
// # Nothing is lost
//
//   - A search that is killed anywhere and resumed ends as if it had never been stopped:
//     TestKilledAnywhere, TestResumeFromAnyPoint; so does one that is asked for more
//     episodes, whatever the method: TestLongerIsWhole.
//   - So does one with several networks in flight, on this machine or on a Slurm cluster
//     whose nodes, tasks, controller or login node fail: TestInFlightResumes,
//     TestExploreInFlight, TestTroubled, TestFaults, TestInterrupted, TestNodeKilled.
//   - An interruption, a termination and a closed terminal end it within two seconds,
//     with everything done kept: TestSignals, TestNohup, TestExploreInterrupted; a
//     training keeps its weights: TestTrainStopped.
//   - A full disk and a folder that cannot be written end it in one line, with what was
//     done kept: TestFullDisk, TestWriteReplaces, TestFailureLeavesOldContent.
//   - Every place for output is tried before long work: TestOutputsAreTried; results are
//     printed before files are written: TestTrainPrintsBeforeItWrites.
//   - One process at a time has a run directory: TestLockBetweenProcesses; one that is
//     damaged all the same is repaired: TestRepairDoubled, TestRepairCommand.
//   - A run may move, and notices when its images or kernels are others: TestResumeMoved,
//     TestResumeElsewhere.
//
// # One seed decides everything
//
//   - Whatever order evaluations end in: TestInFlightDeterministic, TestCompare of package
//     slurm.
//   - On any number of cores: TestSameBitsOnAnyNumberOfThreads, TestDeterministic,
//     TestShapesDoNotDependOnCores.
//   - Notebooks execute to the same bytes: TestRunIsDeterministic.
//
// # Damage is named
//
//   - A changed bit in a log, run.json or checkpoint: TestChangedBits; in weights:
//     TestDamagedWeights; what a cell kept: TestKeepDamaged.
//   - A torn last line is repaired with a notice: TestRepair; a file of another version
//     says so: TestOtherFormat, TestExploreOldRun.
//   - Text as Windows and spreadsheets save it is read, or refused by line: TestReaders.
//   - Files are told by content, compressed or not: TestAsGzip, TestPaddedGzip.
//   - No input makes a reader crash or hang: the Fuzz functions beside the readers.
//
// # Nothing bad gets in
//
//   - Downloads are checked, resumed and bounded: TestGetStalls, TestGetRedirects,
//     TestGetLengths, TestGetWrongSum, TestGetGoesOnAfterACut; archives stay in their
//     folder: TestUnpackRefuses, TestUnpackThroughALink.
//   - Kernels and Jupyter listen on this machine alone, with keys: TestLocalPorts,
//     TestSignature, TestNotebooksOpenJupyter.
//   - A kernel that dies, floods or is silent ends in an error within its limit:
//     TestBadKernels, TestKernelDies, TestFlood, TestTimeout.
//   - Pages call no server, whatever a cell shows: TestPageStaysWhereItIs, TestCleanSVG.
//   - Answers to exercises run without a network and within limits: TestConfine,
//     TestRefuse.
//
// # Nothing is left behind
//
//   - External evaluators end with all of their processes: TestExternalEndsGroup,
//     TestExternalOrphan, TestExternalOwnDeath; their output is bounded:
//     TestOutputIsBounded.
//   - The runner of notebooks leaves no process and no file, whatever kills it:
//     TestKilled, TestGuardKilled, TestNotebooksRunKilled, TestLeftBehind.
//   - Memory is announced and kept within a limit: TestMemory; it does not grow with
//     trials or children: TestSoak, TestMemoryOfManyChildren.
//   - Failing evaluations are tried again, reported, and end the run if nothing else
//     comes: TestRetries, TestMaxFailures, TestExploreFailures.
package internal
