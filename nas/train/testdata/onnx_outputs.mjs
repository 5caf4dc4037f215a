// Runs an ONNX file on images and prints its outputs as a JSON list.
// node onnx_outputs.mjs FILE PIXELS COUNT CHANNELS HEIGHT WIDTH
import { readFileSync } from 'node:fs';
import * as ort from 'onnxruntime-web';

const [file, pixels, ...dims] = process.argv.slice(2);
ort.env.wasm.numThreads = 1;
const session = await ort.InferenceSession.create(readFileSync(file));
const images = new ort.Tensor('float32', Float32Array.from(readFileSync(pixels)), dims.map(Number));
const { logits } = await session.run({ images });
console.log(JSON.stringify(Array.from(logits.data)));
