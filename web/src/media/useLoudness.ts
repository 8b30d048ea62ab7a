import { useEffect, useState } from 'react';

const EVERY_MS = 100;

/** How loud the microphone is, 0 to 1. */
export function useMicrophoneLevel(track: MediaStreamTrack | null): number {
  const [level, setLevel] = useState(0);
  useEffect(() => {
    setLevel(0);
    if (!track) return;
    const context = new AudioContext();
    const analyser = context.createAnalyser();
    analyser.fftSize = 512;
    context.createMediaStreamSource(new MediaStream([track])).connect(analyser);
    const samples = new Float32Array(analyser.fftSize);
    const timer = setInterval(() => {
      // A browser starts it only after the person has touched the page.
      if (context.state === 'suspended') void context.resume();
      analyser.getFloatTimeDomainData(samples);
      setLevel(levelOf(samples));
    }, EVERY_MS);
    return () => {
      clearInterval(timer);
      void context.close();
    };
  }, [track]);
  return level;
}

/** Whether somebody speaks, from a loudness that is asked for again and again. */
export function useSpeaking(loudness: (() => number) | null): boolean {
  const [speaking, setSpeaking] = useState(false);
  useEffect(() => {
    if (!loudness) return setSpeaking(false);
    let quiet = QUIET_TICKS;
    const timer = setInterval(() => {
      quiet = loudness() > SPEECH ? 0 : quiet + 1;
      setSpeaking(quiet < QUIET_TICKS);
    }, EVERY_MS);
    return () => clearInterval(timer);
  }, [loudness]);
  return speaking;
}

const SPEECH = 0.02;
/** Between words the mark stays. */
const QUIET_TICKS = 6;

/** Loudness as ears judge it: from −60 dB, silence, to 0 dB. */
export function levelOf(samples: Float32Array): number {
  let sum = 0;
  for (const sample of samples) sum += sample * sample;
  const decibels = 10 * Math.log10(sum / samples.length || 1e-12);
  return Math.min(1, Math.max(0, (decibels + 60) / 60));
}
