import { Button, Group, Select, Text, Tooltip } from '@mantine/core';
import { IconPlayerPlayFilled } from '@tabler/icons-react';
import { lazy, Suspense, useEffect } from 'react';
import { Loading } from '../../shell/Loading';
import { roomMessages } from './messages';
import { useRoom, useRoomState, useYou } from './RoomContext';
import { RoomPanel } from './RoomPanel';
import type { Code } from './useCode';

const CodeEditor = lazy(() => import('../../editor/CodeEditor'));
const text = roomMessages.editor;

export function EditorPanel({ code }: { code: Code }) {
  const { connection } = useRoom();
  const participants = useRoomState((state) => state.participants);
  useOwnCursor();
  const { language } = code;
  return (
    <RoomPanel title={text.region} actions={<EditorActions code={code} />}>
      {language ? (
        <Suspense fallback={<Loading height="100%" />}>
          <CodeEditor
            doc={connection.doc}
            awareness={connection.awareness}
            language={language}
            participants={participants}
            label={text.label}
            onRun={code.run}
          />
        </Suspense>
      ) : code.failed ? (
        <Text p="md" c="dimmed" role="alert">
          {text.loading}
        </Text>
      ) : (
        <Loading height="100%" />
      )}
    </RoomPanel>
  );
}

function EditorActions({ code }: { code: Code }) {
  const { language, languages } = code;
  const connected = useRoomState((state) => state.phase.kind === 'in');
  const unavailable = language?.unavailable ?? null;
  return (
    <Group gap={8} ml="auto" wrap="nowrap">
      <Select
        aria-label={text.language}
        size="xs"
        w={150}
        allowDeselect={false}
        data={languages.map(({ id, name }) => ({ value: id, label: name }))}
        renderOption={({ option: { value, label } }) => (
          <div>
            {label}
            <Text fz="xs" c="dimmed">
              {languages.find(({ id }) => id === value)?.unavailable}
            </Text>
          </div>
        )}
        comboboxProps={{ width: 260, position: 'bottom-end' }}
        value={language?.id ?? null}
        onChange={(id) => id && code.chooseLanguage(id)}
      />
      <Tooltip
        label={unavailable ?? roomMessages.output.shortcut}
        position="bottom-end"
        multiline
        maw={320}
      >
        <Button
          size="xs"
          leftSection={<IconPlayerPlayFilled size={12} />}
          // Stays in reach of hover and keyboard: its tooltip says what is missing.
          data-disabled={unavailable !== null || !connected || undefined}
          aria-disabled={unavailable !== null || !connected}
          aria-keyshortcuts="Control+Enter"
          onClick={() => connected && code.run()}
        >
          {text.run}
        </Button>
      </Tooltip>
    </Group>
  );
}

/** Tells the others whose cursor ours is. */
function useOwnCursor() {
  const { awareness } = useRoom().connection;
  const { id, name, color } = useYou() ?? {};
  useEffect(() => {
    if (id) awareness.setLocalStateField('user', { participantId: id, name, color });
  }, [awareness, id, name, color]);
}
