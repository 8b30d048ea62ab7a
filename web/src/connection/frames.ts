import * as decoding from 'lib0/decoding';
import * as encoding from 'lib0/encoding';

const SYNC = 0;
const AWARENESS = 1;
const QUERY_AWARENESS = 3;

const STEP_1 = 0;
const STEP_2 = 1;
const UPDATE = 2;

/** A binary message of the room's WebSocket: the y-protocols encoding. */
export type Frame =
  | { kind: 'step1'; stateVector: Uint8Array }
  | { kind: 'step2'; update: Uint8Array }
  | { kind: 'update'; update: Uint8Array }
  | { kind: 'awareness'; update: Uint8Array }
  | { kind: 'queryAwareness' };

export function encodeFrame(frame: Frame): Uint8Array {
  const encoder = encoding.createEncoder();
  switch (frame.kind) {
    case 'step1':
      writeSync(encoder, STEP_1, frame.stateVector);
      break;
    case 'step2':
      writeSync(encoder, STEP_2, frame.update);
      break;
    case 'update':
      writeSync(encoder, UPDATE, frame.update);
      break;
    case 'awareness':
      encoding.writeVarUint(encoder, AWARENESS);
      encoding.writeVarUint8Array(encoder, frame.update);
      break;
    case 'queryAwareness':
      encoding.writeVarUint(encoder, QUERY_AWARENESS);
  }
  return encoding.toUint8Array(encoder);
}

/** `null` for a kind of message that this page does not know. Throws when it is cut short. */
export function decodeFrame(bytes: Uint8Array): Frame | null {
  const decoder = decoding.createDecoder(bytes);
  switch (decoding.readVarUint(decoder)) {
    case SYNC:
      return decodeSync(decoder);
    case AWARENESS:
      return { kind: 'awareness', update: decoding.readVarUint8Array(decoder) };
    case QUERY_AWARENESS:
      return { kind: 'queryAwareness' };
    default:
      return null;
  }
}

function writeSync(encoder: encoding.Encoder, step: number, bytes: Uint8Array) {
  encoding.writeVarUint(encoder, SYNC);
  encoding.writeVarUint(encoder, step);
  encoding.writeVarUint8Array(encoder, bytes);
}

function decodeSync(decoder: decoding.Decoder): Frame | null {
  const step = decoding.readVarUint(decoder);
  const bytes = decoding.readVarUint8Array(decoder);
  switch (step) {
    case STEP_1:
      return { kind: 'step1', stateVector: bytes };
    case STEP_2:
      return { kind: 'step2', update: bytes };
    case UPDATE:
      return { kind: 'update', update: bytes };
    default:
      return null;
  }
}
