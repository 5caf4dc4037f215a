#!/usr/bin/env bash
# An 18-Kb block of 7 series has 18,432 bits, 1,152 words of 16. Yosys 0.55 puts 1,024 words
# of 16 bits into one, and 1,025 into two, as one of 36 Kb: the bits of the parity stay
# empty, though the block itself is 1K x 18. 2,049 words take three single blocks, no block of 36 Kb.
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund @yowasp/yosys@0.55.944
cat >run.mjs <<'JS'
// node run.mjs FILE.v COMMANDS...: runs Yosys with each, and prints the cells that it ends with.
import fs from 'node:fs'
import { runYosys } from '@yowasp/yosys'
const [file, ...commands] = process.argv.slice(2)
for (const command of commands) {
  let said = ''
  const hear = bytes => { if (bytes) said += Buffer.from(bytes).toString() }
  await runYosys(['-Q', '-p', `read_verilog ${file}; ${command}; stat`], { [file]: fs.readFileSync(file, 'utf8') }, { stdout: hear, stderr: hear })
  const cells = said.slice(said.lastIndexOf('=== ')).split('\n').map(l => l.trim().split(/\s+/)).filter(f => f.length == 2 && /^[A-Z][A-Z0-9_]+$/.test(f[0]) && /^\d+$/.test(f[1]))
  console.log(cells.map(([kind, n]) => `${kind} ${n}`).sort().join(', '))
}
JS
{
	for words in 1024 1025 1152 2048 2049; do
		echo "module m$words(input clk, we, re, input [11:0] wa, ra, input [15:0] wd, output reg [15:0] rd);
  reg [15:0] m [0:$((words - 1))];
  always @(posedge clk) begin if (we) m[wa] <= wd; if (re) rd <= m[ra]; end
endmodule"
	done
} >memory.v
commands=()
for words in 1024 1025 1152 2048 2049; do commands+=("synth_xilinx -family xc7 -noiopad -noclkbuf -top m$words -run begin:map_ffram"); done
got=$(node run.mjs memory.v "${commands[@]}" | grep -o 'RAMB[0-9]*E1 [0-9]*')
echo "$got"
[ "$got" = "RAMB18E1 1
RAMB36E1 1
RAMB36E1 1
RAMB36E1 1
RAMB18E1 3" ] || { echo "no longer so"; exit 1; }
