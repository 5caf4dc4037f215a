// Memory with one port to write and one to read: one half of a double buffer, or a
// multiplier's weights. What is read appears a cycle later, and stays while ren is 0.
module bank #(
    parameter WIDTH = 16, DEPTH = 16
) (
    input  logic             clk,
    input  logic             wen,
    input  logic [15:0]      waddr,
    input  logic [WIDTH-1:0] wdata,
    input  logic             ren,
    input  logic [15:0]      raddr,
    output logic [WIDTH-1:0] rdata
);
  localparam BITS = DEPTH > 1 ? $clog2(DEPTH) : 1;
  logic [WIDTH-1:0] words [0:DEPTH-1];
  integer i;
  initial begin
    for (i = 0; i < DEPTH; i = i + 1) words[i] = '0;
    rdata = '0;
  end
  always_ff @(posedge clk) begin
    if (wen) words[waddr[BITS-1:0]] <= wdata;
    if (ren) rdata <= words[raddr[BITS-1:0]];
  end
endmodule
