import * as Y from 'yjs';
import type { RoomConnection } from './RoomConnection';

const key = (room: string) => `porthole-unsaved-${room}`;

/**
 * Carries what the server has not stored yet over a reload of the page: put aside when the page
 * goes, merged into the document when it comes back. Returns the way to stop.
 */
export function keepUnsaved(room: string, connection: Pick<RoomConnection, 'doc' | 'hasUnsaved'>) {
  const kept = sessionStorage.getItem(key(room));
  if (kept !== null) {
    sessionStorage.removeItem(key(room));
    Y.applyUpdate(connection.doc, fromBase64(kept));
  }
  const keep = () => {
    if (!connection.hasUnsaved()) return;
    sessionStorage.setItem(key(room), toBase64(Y.encodeStateAsUpdate(connection.doc)));
  };
  window.addEventListener('pagehide', keep);
  return () => window.removeEventListener('pagehide', keep);
}

function toBase64(bytes: Uint8Array): string {
  return btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(''));
}

function fromBase64(text: string): Uint8Array {
  return Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
}
