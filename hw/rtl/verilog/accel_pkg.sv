// What a layer is to the engine. Every product that an address needs stands here
// as a constant, so that the engine itself multiplies nothing but pixels by
// weights. Maps lie pixel by pixel, the channels of a pixel side by side; weights
// lie in the order in which passes use them.
package accel_pkg;
  typedef struct packed {
    // The loop nest. A step is what a tile takes at most.
    logic [15:0] rows, cols;            // output pixels (of a reduction: pixels read)
    logic [15:0] in_ch, out_ch;         // channels
    logic [15:0] group_in, group_out;   // channels of the groups side by side on the array
    logic [15:0] block_in, block_out;   // channels of one group; 0: one group alone
    logic [15:0] step_in, step_out;     // channels of a tile
    logic [15:0] step_rows, step_cols;  // output pixels of a tile
    logic [15:0] kernel, stride;
    logic [15:0] pad;                   // rows and columns of zeros above and to the left
    // Input tiles, with the halo.
    logic [15:0] map_rows, map_cols;    // of the map in memory
    logic [15:0] tile_rows, tile_cols;  // of a whole tile
    logic [15:0] edge_rows, edge_cols;  // of the last tile
    logic [15:0] skip_rows, skip_cols;  // between the corners of neighbouring tiles
    logic [15:0] pitch, stride_pitch;   // words of a row, and of stride rows, in a bank
    // Memory, in words.
    logic [31:0] weight_base, in_base, out_base;
    logic [31:0] in_row, in_tile_row, in_tile_col;     // words of a row, and between tiles
    logic [31:0] out_row, out_tile_row, out_tile_col;
    logic [15:0] bias_base;             // the first tile's place in the bias memory
    // Arithmetic.
    logic [15:0] unit;                  // the weight of layers that have none
    logic [5:0]  shift;                 // bits that rounding takes off
    logic        weighted, reduced, largest, relu;
  } layer_t;
endpackage
