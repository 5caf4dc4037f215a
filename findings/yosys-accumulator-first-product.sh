#!/usr/bin/env bash
# Two ways to begin a sum of 16 x 16 products, the same in every cycle. Yosys 0.55 packs
# `sum <= (first ? 0 : sum) + a*b` into one DSP48E1; with `if (first) sum <= a*b; else
# sum <= sum + a*b` adder, register and choice stay outside it: 8 carries, 64 LUTs and 32
# flip-flops. On iCE40 neither fits SB_MAC16: the first costs 32 LUTs, the second 32 LUTs,
# 31 carries and 32 flip-flops. Clearing apart (sum <= 0) costs nothing on both.
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
cat >first.v <<'V'
module zero(input clk, first, input signed [15:0] a, b, output reg signed [31:0] sum);
  always @(posedge clk) sum <= (first ? 0 : sum) + a * b;
endmodule
module load(input clk, first, input signed [15:0] a, b, output reg signed [31:0] sum);
  always @(posedge clk) if (first) sum <= a * b; else sum <= sum + a * b;
endmodule
module apart(input clk, first, input signed [15:0] a, b, output reg signed [31:0] sum);
  always @(posedge clk) if (first) sum <= 0; else sum <= sum + a * b;
endmodule
V
commands=()
for top in zero load apart; do
	commands+=("synth_xilinx -family xc7 -noiopad -noclkbuf -top $top" "synth_ice40 -dsp -top $top")
done
got=$(node run.mjs first.v "${commands[@]}")
echo "$got"
[ "$got" = "DSP48E1 1
SB_LUT4 32, SB_MAC16 1
CARRY4 8, DSP48E1 1, FDRE 32, LUT2 32, LUT3 32
SB_CARRY 31, SB_DFF 32, SB_LUT4 32, SB_MAC16 1
DSP48E1 1
SB_MAC16 1" ] || { echo "no longer so"; exit 1; }
