import { Alert, Text } from '@mantine/core';
import { useEffect, useRef } from 'react';
import type { RunState } from '../../protocol/RunState';
import type { RunWithOutput } from '../../protocol/RunWithOutput';
import { plainText } from './ansi';
import { roomMessages } from './messages';
import classes from './OutputPanel.module.css';

const text = roomMessages.output;
/** Nearer to the end than this, new output scrolls along. */
const AT_END_PX = 40;

/** The output of one run as it comes. */
export function RunOutput({ shown: { run, output } }: { shown: RunWithOutput }) {
  const box = useRef<HTMLPreElement>(null);
  const following = useRef(true);
  // biome-ignore lint/correctness/useExhaustiveDependencies: more output is what scrolls.
  useEffect(() => {
    if (following.current && box.current) box.current.scrollTop = box.current.scrollHeight;
  }, [output]);
  const { state } = run;
  const unavailable =
    state.state === 'finished' && state.outcome.kind === 'unavailable' ? state.outcome : null;
  if (unavailable) {
    return (
      <Alert color="yellow" m="sm" title={unavailable.message} role="alert">
        {unavailable.hint}
      </Alert>
    );
  }
  return (
    <pre
      ref={box}
      className={classes.output}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: a box that scrolls must be reachable by keyboard.
      tabIndex={0}
      onScroll={({ currentTarget: { scrollTop, scrollHeight, clientHeight } }) => {
        following.current = scrollHeight - scrollTop - clientHeight < AT_END_PX;
      }}
    >
      {output.map((chunk, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: output is only ever appended.
        <span key={index} data-stream={chunk.stream}>
          {plainText(chunk.text)}
        </span>
      ))}
      <Remark state={state} silent={output.length === 0} />
    </pre>
  );
}

function Remark({ state, silent }: { state: RunState; silent: boolean }) {
  const remark = remarkOn(state, silent);
  return remark === null ? null : (
    <Text span fz="xs" c="dimmed" display="block">
      {remark}
    </Text>
  );
}

function remarkOn(state: RunState, silent: boolean): string | null {
  switch (state.state) {
    case 'queued':
      return text.waiting(state.place);
    case 'running':
      return silent ? text.running : null;
    case 'finished':
      if (state.truncated) return text.truncated;
      return silent && state.outcome.kind === 'exited' ? text.none : null;
  }
}
