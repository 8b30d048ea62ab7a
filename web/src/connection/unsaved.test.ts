import { expect, it } from 'vitest';
import * as Y from 'yjs';
import { keepUnsaved } from './unsaved';

function page(unsaved: boolean) {
  const doc = new Y.Doc();
  return { doc, hasUnsaved: () => unsaved };
}

it('carries unsaved text over a reload', () => {
  const before = page(true);
  const release = keepUnsaved('room', before);
  before.doc.getText('file').insert(0, 'typed offline');
  window.dispatchEvent(new Event('pagehide'));
  release();

  const after = page(true);
  keepUnsaved('room', after)();
  expect(after.doc.getText('file').toString()).toBe('typed offline');
});

it('keeps nothing that the server has', () => {
  const before = page(false);
  const release = keepUnsaved('other', before);
  before.doc.getText('file').insert(0, 'stored');
  window.dispatchEvent(new Event('pagehide'));
  release();

  const after = page(false);
  keepUnsaved('other', after)();
  expect(after.doc.getText('file').toString()).toBe('');
});
