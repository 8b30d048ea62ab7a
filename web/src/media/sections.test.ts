import { expect, it } from 'vitest';
import type { Source } from '../protocol/Source';
import { planSections } from './sections';

const track = (id: string, source: Source) => ({ id, participantId: 'grace', source });
const microphone = track('m', 'microphone');
const camera = track('c', 'camera');

it('adds a section for each new track', () => {
  expect(planSections([], [microphone, camera])).toEqual({
    release: [],
    assign: [],
    add: [microphone, camera],
  });
});

it('changes nothing when everything wanted is there', () => {
  const sections = [
    { kind: 'audio' as const, trackId: 'm' },
    { kind: 'video' as const, trackId: 'c' },
  ];
  expect(planSections(sections, [camera, microphone])).toEqual({
    release: [],
    assign: [],
    add: [],
  });
});

it('releases the section of a track that is gone', () => {
  const section = { kind: 'video' as const, trackId: 'c' };
  expect(planSections([section], []).release).toEqual([section]);
});

it('gives a free section of the same kind to a new track', () => {
  const audio = { kind: 'audio' as const, trackId: null };
  const video = { kind: 'video' as const, trackId: 'gone' };
  const plan = planSections([audio, video], [track('c2', 'camera'), track('s', 'screen')]);
  expect(plan.assign).toEqual([{ section: video, track: track('c2', 'camera') }]);
  expect(plan.add).toEqual([track('s', 'screen')]);
  expect(plan.release).toEqual([]);
});
