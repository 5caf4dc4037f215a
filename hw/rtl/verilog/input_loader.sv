// Asks for the input tile of one pass after the other, and puts what comes back
// into the input banks: one for an input channel, in two halves.
module input_loader #(
    parameter TN = 1, PORT = 1, BITS = 16
) (
    input  logic                  clk,
    input  logic                  start,
    input  accel_pkg::layer_t     layer,
    input  logic [31:0]           computed,       // passes, all since start
    input  logic [31:0]           weights_asked,
    output logic [31:0]           asked, filled,
    output logic                  req_valid,
    input  logic                  req_ready,
    output logic [PORT-1:0]       req_mask,       // a word that is not asked for comes back as zero
    output logic [PORT*32-1:0]    req_addr,
    input  logic                  data_valid,
    input  logic [PORT*BITS-1:0]  data,
    output logic                  half,
    output logic [TN-1:0]         wen,
    output logic [TN*16-1:0]      waddr,
    output logic [TN*BITS-1:0]    wdata
);
  // What is asked for.
  logic               busy, ask_last;
  logic [15:0]        ask_ins, ask_rows, ask_cols;
  logic signed [16:0] top, left;
  logic [31:0]        corner;
  logic [PORT-1:0]    ask_words, in_map;
  wire ask = req_valid && req_ready;
  tile_walk ask_walk (
      .clk, .start, .step(ask && ask_last), .layer, .busy, .ins(ask_ins), .in_rows(ask_rows), .in_cols(ask_cols),
      .top, .left, .in_addr(corner), .sweep(), .first(), .last(), .rows(), .cols(), .outs(), .out_addr(), .lane_tile()
  );
  input_index #(.PORT(PORT)) ask_index (
      .clk, .start, .take(ask), .layer, .ins(ask_ins), .in_rows(ask_rows), .in_cols(ask_cols), .top, .left, .base(corner),
      .last(ask_last), .valid(ask_words), .in_map, .addr(req_addr), .bank(), .place()
  );
  assign req_valid = busy && asked - computed < 32'd2 && weights_asked >= asked;
  assign req_mask = ask_words & in_map;
  always_ff @(posedge clk) begin
    if (start) asked <= 32'd0;
    else if (ask && ask_last) asked <= asked + 32'd1;
  end

  // What comes back.
  logic               fill_last;
  logic [15:0]        fill_ins, fill_rows, fill_cols;
  logic [PORT-1:0]    valid;
  logic [PORT*16-1:0] bank, place;
  tile_walk fill_walk (
      .clk, .start, .step(data_valid && fill_last), .layer, .ins(fill_ins), .in_rows(fill_rows), .in_cols(fill_cols), .busy(),
      .top(), .left(), .in_addr(), .sweep(), .first(), .last(), .rows(), .cols(), .outs(), .out_addr(), .lane_tile()
  );
  input_index #(.PORT(PORT)) fill_index (
      .clk, .start, .take(data_valid), .layer, .ins(fill_ins), .in_rows(fill_rows), .in_cols(fill_cols),
      .top(17'd0), .left(17'd0), .base(32'd0), .last(fill_last), .valid, .bank, .place, .in_map(), .addr()
  );
  integer n, j;
  always_comb begin
    wen = '0;
    waddr = '0;
    wdata = '0;
    for (n = 0; n < TN; n = n + 1)
      for (j = 0; j < PORT; j = j + 1)
        if (data_valid && valid[j] && bank[j*16 +: 16] == n[15:0]) begin
          wen[n] = 1'b1;
          waddr[n*16 +: 16] = place[j*16 +: 16];
          wdata[n*BITS +: BITS] = data[j*BITS +: BITS];
        end
  end
  assign half = filled[0];
  always_ff @(posedge clk) begin
    if (start) filled <= 32'd0;
    else if (data_valid && fill_last) filled <= filled + 32'd1;
  end
endmodule
