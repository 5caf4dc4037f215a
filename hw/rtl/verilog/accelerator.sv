// The engine with its program: layers one after the other.
module accelerator (
    input  logic                          clk,
    input  logic                          start,
    // Added to the place of the first layer's input, and of the last one's output, for
    // other maps than the program's own. They stand still from start to done.
    input  logic [31:0]                   in_shift,
    input  logic [31:0]                   out_shift,
    output logic                          layer_done,   // for a cycle, after each layer
    output logic                          done,
    input  logic                          bias_wen,
    input  logic [15:0]                   bias_addr,
    input  logic [design_pkg::TM*design_pkg::ACC-1:0] bias_data,
    output logic                          w_valid,
    input  logic                          w_ready,
    output logic [31:0]                   w_addr,
    output logic [15:0]                   w_count,
    input  logic                          w_data_valid,
    input  logic [design_pkg::WP*design_pkg::BITS-1:0] w_data,
    output logic                          i_valid,
    input  logic                          i_ready,
    output logic [design_pkg::IP-1:0]     i_mask,
    output logic [design_pkg::IP*32-1:0]  i_addr,
    input  logic                          i_data_valid,
    input  logic [design_pkg::IP*design_pkg::BITS-1:0] i_data,
    output logic                          o_valid,
    input  logic                          o_ready,
    output logic [design_pkg::OP-1:0]     o_mask,
    output logic [design_pkg::OP*32-1:0]  o_addr,
    output logic [design_pkg::OP*design_pkg::BITS-1:0] o_data
);
  logic [$bits(accel_pkg::layer_t)-1:0] layers [0:design_pkg::LAYERS-1];
  initial $readmemh("program.hex", layers);

  accel_pkg::layer_t layer, moved_layer;
  localparam PLACE = design_pkg::LAYERS > 1 ? $clog2(design_pkg::LAYERS) : 1;
  logic [15:0]       index;
  logic              running, launch, engine_start, engine_done;
  initial running = 1'b0;
  initial launch = 1'b0;
  initial engine_start = 1'b0;
  assign layer_done = running && !launch && !engine_start && engine_done;
  assign done = !running;
  always_ff @(posedge clk) begin
    engine_start <= launch;
    launch <= 1'b0;
    if (start) begin
      running <= 1'b1;
      launch <= 1'b1;
      index <= 16'd0;
    end else if (layer_done) begin
      index <= index + 16'd1;
      if (32'(index) + 32'd1 == design_pkg::LAYERS) running <= 1'b0;
      else launch <= 1'b1;
    end
    if (launch) layer <= layers[index[PLACE-1:0]];
  end

  always_comb begin
    moved_layer = layer;
    moved_layer.in_base = layer.in_base + (index == 16'd0 ? in_shift : 32'd0);
    moved_layer.out_base = layer.out_base + (32'(index) + 32'd1 == design_pkg::LAYERS ? out_shift : 32'd0);
  end

  engine #(
      .TM(design_pkg::TM), .TN(design_pkg::TN), .WP(design_pkg::WP), .IP(design_pkg::IP), .OP(design_pkg::OP),
      .BITS(design_pkg::BITS), .ACC(design_pkg::ACC), .IN_WORDS(design_pkg::IN_WORDS), .OUT_WORDS(design_pkg::OUT_WORDS),
      .KERNELS(design_pkg::KERNELS), .BIASES(design_pkg::BIASES)
  ) engine (
      .clk, .start(engine_start), .layer(moved_layer), .done(engine_done), .bias_wen, .bias_addr, .bias_data,
      .w_valid, .w_ready, .w_addr, .w_count, .w_data_valid, .w_data,
      .i_valid, .i_ready, .i_mask, .i_addr, .i_data_valid, .i_data,
      .o_valid, .o_ready, .o_mask, .o_addr, .o_data
  );
endmodule
