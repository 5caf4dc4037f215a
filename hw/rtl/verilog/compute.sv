// Runs through the pixels of a tile and the positions of the kernel, a position a
// cycle, when the pass is loaded and, for the first pass of an output tile, the
// store two output tiles before has emptied the half that it writes.
module compute (
    input  logic              clk,
    input  logic              start,
    input  accel_pkg::layer_t layer,
    input  logic [31:0]       weights_filled, inputs_filled,   // passes, all since start
    input  logic [31:0]       stored,                          // output tiles
    output logic [31:0]       computed,                        // passes
    output logic              issue,       // this cycle reads
    output logic              in_half,     // half of the inputs and weights
    output logic [15:0]       in_place,    // input pixel in the banks
    output logic [15:0]       k,           // kernel position
    output logic              first_k, last_k,
    output logic              first_pass, tile_done,
    output logic              out_half,
    output logic [15:0]       out_place,   // output pixel in the banks
    output logic [15:0]       lane_tile
);
  logic        busy, last_pass, last_pixel;
  logic [15:0] rows, cols;
  logic [31:0] tiles;
  tile_walk walk (
      .clk, .start, .step(issue && last_k && last_pixel), .layer, .busy, .first(first_pass), .last(last_pass), .rows, .cols, .lane_tile,
      .sweep(), .ins(), .outs(), .in_rows(), .in_cols(), .top(), .left(), .in_addr(), .out_addr()
  );

  // A reduction sums over the tile as if it were the kernel of one pixel.
  wire [15:0] out_rows = layer.reduced ? 16'd1 : rows;
  wire [15:0] out_cols = layer.reduced ? 16'd1 : cols;
  wire [15:0] k_rows   = layer.reduced ? rows : layer.kernel;
  wire [15:0] k_cols   = layer.reduced ? cols : layer.kernel;

  logic [15:0] r, c, ky, kx;
  logic [15:0] row_place, pixel_place, line_place;   // of the window's corner, and of its row
  wire kx_end = kx + 16'd1 == k_cols;
  wire ky_end = ky + 16'd1 == k_rows;
  wire c_end  = c + 16'd1 == out_cols;
  wire r_end  = r + 16'd1 == out_rows;

  assign issue = busy && weights_filled > computed && inputs_filled > computed && (!first_pass || stored + 32'd2 > tiles);
  assign in_half    = computed[0];
  assign out_half   = tiles[0];
  assign in_place   = line_place + kx;
  assign first_k    = kx == 16'd0 && ky == 16'd0;
  assign last_k     = kx_end && ky_end;
  assign last_pixel = c_end && r_end;
  assign tile_done  = last_k && last_pixel && last_pass;

  always_ff @(posedge clk) begin
    if (start) begin
      computed <= 32'd0;
      tiles <= 32'd0;
      r <= 16'd0; c <= 16'd0; ky <= 16'd0; kx <= 16'd0; k <= 16'd0;
      row_place <= 16'd0; pixel_place <= 16'd0; line_place <= 16'd0; out_place <= 16'd0;
    end else if (issue) begin
      kx <= kx_end ? 16'd0 : kx + 16'd1;
      if (kx_end) ky <= ky_end ? 16'd0 : ky + 16'd1;
      k <= last_k ? 16'd0 : k + 16'd1;
      if (kx_end && !ky_end) line_place <= line_place + layer.pitch;
      if (last_k && !c_end) begin
        c <= c + 16'd1;
        pixel_place <= pixel_place + layer.stride;
        line_place <= pixel_place + layer.stride;
        out_place <= out_place + 16'd1;
      end else if (last_k && !r_end) begin
        c <= 16'd0;
        r <= r + 16'd1;
        row_place <= row_place + layer.stride_pitch;
        pixel_place <= row_place + layer.stride_pitch;
        line_place <= row_place + layer.stride_pitch;
        out_place <= out_place + 16'd1;
      end else if (last_k) begin
        c <= 16'd0; r <= 16'd0;
        row_place <= 16'd0; pixel_place <= 16'd0; line_place <= 16'd0; out_place <= 16'd0;
        computed <= computed + 32'd1;
        if (last_pass) tiles <= tiles + 32'd1;
      end
    end
  end
endmodule
