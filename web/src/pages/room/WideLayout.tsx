import { Group, Panel, Separator, useDefaultLayout } from 'react-resizable-panels';
import { CallPanel } from './CallPanel';
import { ChatPanel } from './ChatPanel';
import { EditorPanel } from './EditorPanel';
import { OutputPanel } from './OutputPanel';
import { ProblemPanel } from './ProblemPanel';
import { useRoomState } from './RoomContext';
import classes from './RoomLayout.module.css';
import type { Code } from './useCode';

/** Everything side by side; the borders can be moved, and stay where they were. */
export function WideLayout({ code }: { code: Code }) {
  const problem = useRoomState((state) => state.interview?.problem ?? null);
  const columns = problem ? ['problem', 'code', 'people'] : ['code', 'people'];
  const across = useDefaultLayout({ id: 'porthole-room-columns', panelIds: columns });
  const down = useDefaultLayout({ id: 'porthole-room-rows', panelIds: ['editor', 'output'] });
  return (
    <Group className={classes.wide} {...across}>
      {problem ? (
        <>
          <Panel id="problem" defaultSize="25%" minSize={180} collapsible>
            <ProblemPanel problem={problem} />
          </Panel>
          <Separator className={classes.gutter} />
        </>
      ) : null}
      <Panel id="code" minSize={380}>
        <Group orientation="vertical" {...down}>
          <Panel id="editor" defaultSize="66%" minSize={160}>
            <EditorPanel code={code} />
          </Panel>
          <Separator className={classes.gutter} />
          <Panel id="output" minSize={90}>
            <OutputPanel code={code} />
          </Panel>
        </Group>
      </Panel>
      <Separator className={classes.gutter} />
      <Panel id="people" defaultSize={330} minSize={260} maxSize="45%">
        <div className={classes.side}>
          <CallPanel />
          <div className={classes.sideChat}>
            <ChatPanel visible />
          </div>
        </div>
      </Panel>
    </Group>
  );
}
