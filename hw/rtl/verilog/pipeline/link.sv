// A link between two accelerators: it moves a map, PORT words every EVERY cycles, from
// one memory into another, where they lie from the map's first word on.
module link #(
    parameter WORDS = 1, PORT = 1, EVERY = 1, BITS = 16
) (
    input  logic                 clk,
    input  logic                 start,
    output logic                 busy,        // from the cycle after start on
    output logic [31:0]          take_at,     // words from here on, which come a cycle later
    input  logic [PORT*BITS-1:0] taken,
    output logic                 give,
    output logic [31:0]          give_at,
    output logic [15:0]          give_count,
    output logic [PORT*BITS-1:0] given
);
  logic [31:0] left, waits;
  initial busy = 1'b0;
  initial give = 1'b0;
  wire take = busy && left != 32'd0 && waits == 32'd0;
  assign given = taken;
  always_ff @(posedge clk) begin
    give <= take;
    give_at <= take_at;
    give_count <= left < PORT ? left[15:0] : 16'(PORT);
    if (start) begin
      busy <= 1'b1;
      take_at <= 32'd0;
      left <= WORDS;
      waits <= EVERY - 1;
    end else if (busy) begin
      waits <= waits == 32'd0 ? EVERY - 1 : waits - 32'd1;
      if (take) begin
        take_at <= take_at + PORT;
        left <= left < PORT ? 32'd0 : left - PORT;
      end
      if (left == 32'd0 && !give) busy <= 1'b0;
    end
  end
endmodule
