#!/usr/bin/env bash
# A memory of 256 words of 16 bits that is written and read in one cycle gives the old word
# where both addresses are equal. An SB_RAM40_4K does not promise that, so Yosys 0.55 builds
# it from 42 flip-flops and 24 LUTs around the block. They go, but for two LUTs, where the
# addresses differ in an inverted bit, as in double buffers (it proves that they never meet),
# where the read waits for a cycle without a write, and where the memory has the attribute
# no_rw_check. RAMB18E1 needs nothing in either case.
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
cat >memory.v <<'V'
module plain(input clk, we, input [7:0] wa, ra, input [15:0] wd, output reg [15:0] rd);
  reg [15:0] m [0:255];
  always @(posedge clk) begin if (we) m[wa] <= wd; rd <= m[ra]; end
endmodule
module halves(input clk, we, half, input [6:0] wa, ra, input [15:0] wd, output reg [15:0] rd);
  reg [15:0] m [0:255];
  always @(posedge clk) begin if (we) m[{half, wa}] <= wd; rd <= m[{~half, ra}]; end
endmodule
module waiting(input clk, we, input [7:0] wa, ra, input [15:0] wd, output reg [15:0] rd);
  reg [15:0] m [0:255];
  always @(posedge clk) begin if (we) m[wa] <= wd; else rd <= m[ra]; end
endmodule
module unchecked(input clk, we, input [7:0] wa, ra, input [15:0] wd, output reg [15:0] rd);
  (* no_rw_check *) reg [15:0] m [0:255];
  always @(posedge clk) begin if (we) m[wa] <= wd; rd <= m[ra]; end
endmodule
V
got=$(node run.mjs memory.v "synth_ice40 -top plain" "synth_ice40 -top halves" "synth_ice40 -top waiting" "synth_ice40 -top unchecked" \
	"synth_xilinx -family xc7 -noiopad -noclkbuf -top plain")
echo "$got"
[ "$got" = "SB_DFF 42, SB_LUT4 24, SB_RAM40_4K 1
SB_LUT4 2, SB_RAM40_4K 1
SB_LUT4 1, SB_RAM40_4K 1
SB_LUT4 1, SB_RAM40_4K 1
RAMB18E1 1" ] || { echo "no longer so"; exit 1; }
