import { useComputedColorScheme } from '@mantine/core';
import { useEffect, useRef, useState } from 'react';
import type { Awareness } from 'y-protocols/awareness';
import type * as Y from 'yjs';
import type { Language } from '../protocol/Language';
import type { Participant } from '../protocol/Participant';
import { RemoteCursors } from './RemoteCursors';
import { SharedEditor } from './SharedEditor';
import { editorTheme } from './themes';

interface Props {
  doc: Y.Doc;
  awareness: Awareness;
  language: Language;
  participants: readonly Participant[];
  /** Names the editor for screen readers. */
  label: string;
  onRun?: () => void;
  /** Nothing can be typed; says why to whoever tries. */
  readOnly?: string;
}

/** The shared editor. Load it lazily: Monaco comes with it. */
export default function CodeEditor({
  doc,
  awareness,
  language,
  participants,
  label,
  onRun,
  readOnly,
}: Props) {
  const holder = useRef<HTMLDivElement>(null);
  const run = useRef(onRun);
  const [parts, setParts] = useState<{ editor: SharedEditor; cursors: RemoteCursors } | null>(null);
  const theme = editorTheme(useComputedColorScheme('light'));
  const firstTheme = useRef(theme);

  useEffect(() => {
    run.current = onRun;
  }, [onRun]);

  useEffect(() => {
    if (!holder.current) return;
    const editor = new SharedEditor({
      holder: holder.current,
      doc,
      awareness,
      label,
      theme: firstTheme.current,
      readOnly,
      onRun: () => run.current?.(),
    });
    const cursors = new RemoteCursors(awareness);
    setParts({ editor, cursors });
    return () => {
      setParts(null);
      cursors.destroy();
      editor.destroy();
    };
  }, [doc, awareness, label, readOnly]);

  useEffect(() => parts?.editor.show(language), [parts, language]);
  useEffect(() => parts?.cursors.setParticipants(participants), [parts, participants]);
  useEffect(() => parts?.editor.setTheme(theme), [parts, theme]);

  return <div ref={holder} style={{ height: '100%', width: '100%' }} />;
}
