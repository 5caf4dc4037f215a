// A stage of a pipeline in simulation: an accelerator, and a memory of its own that gives
// its ports their words a cycle, a cycle after they are asked for. Its input and its
// output map lie there several times, a frame's in the place of its number modulo how
// many there are, so that links bring and fetch other frames while it works.
module stage (
    input  logic        clk,
    input  logic        start,
    input  logic [31:0] frame,
    output logic        ready,      // its biases are there, and no frame is being worked on
    // The link behind it: words of a frame's output.
    input  logic [31:0] take_frame, take_at,
    output logic [pipeline_pkg::PORT*design_pkg::BITS-1:0] taken,
    // The link before it: words of a frame's input.
    input  logic        give,
    input  logic [31:0] give_frame, give_at,
    input  logic [15:0] give_count,
    input  logic [pipeline_pkg::PORT*design_pkg::BITS-1:0] given
);
  localparam BITS = design_pkg::BITS, TM = design_pkg::TM, ACC = design_pkg::ACC, PORT = pipeline_pkg::PORT;
  localparam WP = design_pkg::WP, IP = design_pkg::IP, OP = design_pkg::OP, WORDS = design_pkg::MEMORY_WORDS;

  logic [BITS-1:0]   memory [0:WORDS-1];
  logic [TM*ACC-1:0] biases [0:design_pkg::BIASES-1];
  initial $readmemh("memory.hex", memory);
  initial $readmemh("bias.hex", biases);

  function automatic logic [31:0] in_place(input logic [31:0] f);
    in_place = design_pkg::IN_AT + f % design_pkg::IN_COPIES * design_pkg::IN_MAP;
  endfunction
  function automatic logic [31:0] out_place(input logic [31:0] f);
    out_place = design_pkg::OUT_AT + f % design_pkg::OUT_COPIES * design_pkg::OUT_MAP;
  endfunction

  logic               layer_done, done, bias_wen = 1'b0;
  logic [15:0]        bias_addr;
  logic [TM*ACC-1:0]  bias_data;
  logic               w_valid, w_data_valid = 1'b0, i_valid, i_data_valid = 1'b0, o_valid;
  logic [31:0]        w_addr;
  logic [15:0]        w_count;
  logic [WP*BITS-1:0] w_data;
  logic [IP-1:0]      i_mask;
  logic [IP*32-1:0]   i_addr;
  logic [IP*BITS-1:0] i_data;
  logic [OP-1:0]      o_mask;
  logic [OP*32-1:0]   o_addr;
  logic [OP*BITS-1:0] o_data;
  accelerator dut (
      .clk, .start, .in_shift(in_place(frame) - design_pkg::IN_WAS), .out_shift(out_place(frame) - design_pkg::OUT_WAS),
      .layer_done, .done, .bias_wen, .bias_addr, .bias_data,
      .w_valid, .w_ready(1'b1), .w_addr, .w_count, .w_data_valid, .w_data,
      .i_valid, .i_ready(1'b1), .i_mask, .i_addr, .i_data_valid, .i_data,
      .o_valid, .o_ready(1'b1), .o_mask, .o_addr, .o_data
  );

  integer phase = 0, n;
  assign ready = phase > design_pkg::BIASES && done;
  always @(posedge clk) begin
    bias_wen <= phase < design_pkg::BIASES;
    if (phase < design_pkg::BIASES) begin
      bias_addr <= phase[15:0];
      bias_data <= biases[phase];
    end
    if (phase <= design_pkg::BIASES) phase <= phase + 1;

    w_data_valid <= w_valid;
    i_data_valid <= i_valid;
    for (n = 0; n < WP; n = n + 1)
      w_data[n*BITS +: BITS] <= w_valid && n < 32'(w_count) ? memory[w_addr + n] : '0;
    for (n = 0; n < IP; n = n + 1)
      i_data[n*BITS +: BITS] <= i_valid && i_mask[n] ? memory[i_addr[n*32 +: 32]] : '0;
    for (n = 0; n < PORT; n = n + 1)
      taken[n*BITS +: BITS] <= take_at + n < design_pkg::OUT_MAP ? memory[out_place(take_frame) + take_at + n] : '0;
    for (n = 0; n < OP; n = n + 1)
      if (o_valid && o_mask[n]) memory[o_addr[n*32 +: 32]] = o_data[n*BITS +: BITS];
    for (n = 0; n < PORT; n = n + 1)
      if (give && n < 32'(give_count)) memory[in_place(give_frame) + give_at + n] = given[n*BITS +: BITS];
  end
endmodule
