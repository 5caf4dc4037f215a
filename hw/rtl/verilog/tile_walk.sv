// The four loops over tiles: rows, columns, output channels (groups outside them),
// input channels. One step is one pass, an input channel tile; with TILES one
// output tile. A reduction has groups outside, and its passes are the tiles of a map.
module tile_walk #(
    parameter TILES = 0
) (
    input  logic              clk,
    input  logic              start,
    input  logic              step,
    input  accel_pkg::layer_t layer,
    output logic              busy,
    output logic              first,     // pass of an output tile
    output logic              last,
    output logic              sweep,     // the last pass before weights begin again
    output logic [15:0]       rows, cols, ins, outs,
    output logic [15:0]       in_rows, in_cols,
    output logic signed [16:0] top, left, // the input tile's corner in the map
    output logic [31:0]       in_addr,   // of the corner's first channel
    output logic [31:0]       out_addr,
    output logic [15:0]       lane_tile  // output channel tile, from 0
);
  logic [15:0] rows_left, cols_left, in_left, out_left;
  logic [15:0] group_in_left, group_out_left;   // of all groups not yet walked
  logic [31:0] in_row, in_col, in_group, in_ch;   // in_addr is in_col + in_ch
  logic [31:0] out_row, out_col, out_ch;

  wire row_end   = rows_left <= layer.step_rows;
  wire col_end   = cols_left <= layer.step_cols;
  wire group_end = group_out_left <= layer.group_out;
  wire out_end   = out_left <= layer.step_out;
  wire in_end    = TILES != 0 || in_left <= layer.step_in;
  wire map_end   = TILES != 0 || (row_end && col_end);

  function automatic logic [15:0] least(input logic [15:0] a, input logic [15:0] b);
    least = a < b ? a : b;
  endfunction

  assign rows    = least(rows_left, layer.step_rows);
  assign cols    = least(cols_left, layer.step_cols);
  assign ins     = least(in_left, layer.step_in);
  assign outs    = least(out_left, layer.step_out);
  assign in_rows = row_end ? layer.edge_rows : layer.tile_rows;
  assign in_cols = col_end ? layer.edge_cols : layer.tile_cols;
  assign in_addr  = in_col + in_ch;
  assign out_addr = out_col + out_ch;
  assign sweep   = in_end && out_end && group_end;

  // Which loops go on, from the innermost.
  logic next_in, next_out, next_group, next_col, next_row;
  always_comb begin
    if (layer.reduced) begin
      last       = map_end;
      next_in    = 1'b0;
      next_out   = 1'b0;
      next_col   = TILES == 0 && !col_end;
      next_row   = TILES == 0 && col_end && !row_end;
      next_group = map_end && !group_end;
    end else begin
      last       = in_end;
      next_in    = !in_end;
      next_out   = in_end && !out_end;
      next_group = in_end && out_end && !group_end;
      next_col   = in_end && out_end && group_end && !col_end;
      next_row   = in_end && out_end && group_end && col_end && !row_end;
    end
  end

  initial busy = 1'b0;
  always_ff @(posedge clk) begin
    if (start) begin
      busy <= 1'b1;
      first <= 1'b1;
    end else if (step) begin
      first <= last;
      if (!(next_in || next_out || next_group || next_col || next_row)) busy <= 1'b0;
    end

    // Input channels.
    if (start || (step && !next_in && !next_out && !next_group)) begin
      if (start || !layer.reduced) begin
        in_left <= least(layer.in_ch, layer.group_in);
        group_in_left <= layer.in_ch;
        in_group <= 32'd0;
        in_ch <= 32'd0;
      end
    end else if (step && next_group) begin
      in_left <= least(group_in_left - layer.group_in, layer.group_in);
      group_in_left <= group_in_left - layer.group_in;
      in_group <= in_group + 32'(layer.group_in);
      in_ch <= in_group + 32'(layer.group_in);
    end else if (step && next_out) begin
      in_left <= least(group_in_left, layer.group_in);
      in_ch <= in_group;
    end else if (step) begin
      in_left <= in_left - layer.step_in;
      in_ch <= in_ch + 32'(layer.step_in);
    end

    // Output channels.
    if (start || (step && !next_in && !next_out && !next_group)) begin
      if (start || !layer.reduced) begin
        out_left <= least(layer.out_ch, layer.group_out);
        group_out_left <= layer.out_ch;
        out_ch <= 32'd0;
        lane_tile <= layer.bias_base;
      end
    end else if (step && next_group) begin
      out_left <= least(group_out_left - layer.group_out, layer.group_out);
      group_out_left <= group_out_left - layer.group_out;
      out_ch <= out_ch + 32'(outs);
      lane_tile <= lane_tile + 16'd1;
    end else if (step && next_out) begin
      out_left <= out_left - layer.step_out;
      out_ch <= out_ch + 32'(layer.step_out);
      lane_tile <= lane_tile + 16'd1;
    end

    // Columns and rows.
    if (start || (step && layer.reduced && next_group)) begin
      rows_left <= layer.rows;
      cols_left <= layer.cols;
      top <= -$signed({1'b0, layer.pad});
      left <= -$signed({1'b0, layer.pad});
      in_row <= layer.in_base;
      in_col <= layer.in_base;
      out_row <= layer.out_base;
      out_col <= layer.out_base;
    end else if (step && next_col) begin
      cols_left <= cols_left - layer.step_cols;
      left <= left + $signed({1'b0, layer.skip_cols});
      in_col <= in_col + layer.in_tile_col;
      out_col <= out_col + layer.out_tile_col;
    end else if (step && next_row) begin
      rows_left <= rows_left - layer.step_rows;
      cols_left <= layer.cols;
      top <= top + $signed({1'b0, layer.skip_rows});
      left <= -$signed({1'b0, layer.pad});
      in_row <= in_row + layer.in_tile_row;
      in_col <= in_row + layer.in_tile_row;
      out_row <= out_row + layer.out_tile_row;
      out_col <= out_row + layer.out_tile_row;
    end
  end
endmodule
