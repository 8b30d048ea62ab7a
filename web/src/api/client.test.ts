import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { api, onSessionLost, refreshSession } from './client';
import { ApiFailure } from './failure';

type Answer = (path: string, init: RequestInit) => Response | Promise<Response>;

const json = (status: number, body: unknown) => new Response(JSON.stringify(body), { status });
const unauthenticated = () =>
  json(401, { code: 'unauthenticated', message: 'Sign in first.', field: null });

let calls: string[];
let answer: Answer;

beforeEach(() => {
  calls = [];
  vi.stubGlobal('fetch', async (path: string, init: RequestInit) => {
    calls.push(`${init.method} ${path}`);
    return answer(path, init);
  });
});

afterEach(() => {
  vi.unstubAllGlobals();
});

async function failureOf(request: Promise<unknown>): Promise<ApiFailure> {
  const failure = await request.then(
    () => null,
    (error: unknown) => error,
  );
  expect(failure).toBeInstanceOf(ApiFailure);
  return failure as ApiFailure;
}

it('renews an expired session silently and asks again', async () => {
  let renewed = false;
  answer = (path) => {
    if (path === '/api/auth/refresh') {
      renewed = true;
      return json(200, {});
    }
    return renewed ? json(200, { title: 'Go' }) : unauthenticated();
  };
  await expect(api.get('/api/interviews/1')).resolves.toEqual({ title: 'Go' });
  expect(calls).toEqual([
    'GET /api/interviews/1',
    'POST /api/auth/refresh',
    'GET /api/interviews/1',
  ]);
});

it('renews once for requests that fail together', async () => {
  let release = () => {};
  const gate = new Promise<void>((resolve) => {
    release = resolve;
  });
  let renewed = false;
  answer = async (path) => {
    if (path !== '/api/auth/refresh') return renewed ? json(200, path) : unauthenticated();
    await gate;
    renewed = true;
    return json(200, {});
  };
  const all = Promise.all([api.get('/api/me'), api.get('/api/problems'), refreshSession()]);
  await vi.waitFor(() => expect(calls).toContain('POST /api/auth/refresh'));
  release();
  await expect(all).resolves.toEqual(['/api/me', '/api/problems', true]);
  expect(calls.filter((call) => call === 'POST /api/auth/refresh')).toHaveLength(1);
});

it('renews anew when a later request finds the session expired again', async () => {
  answer = (path) => (path === '/api/auth/refresh' ? json(200, {}) : unauthenticated());
  await failureOf(api.get('/api/me'));
  await failureOf(api.get('/api/me'));
  expect(calls.filter((call) => call === 'POST /api/auth/refresh')).toHaveLength(2);
});

it('tells when the session is lost, and does not loop', async () => {
  answer = unauthenticated;
  const lost = vi.fn();
  const stop = onSessionLost(lost);
  expect((await failureOf(api.get('/api/me'))).unauthenticated).toBe(true);
  stop();
  expect(lost).toHaveBeenCalledOnce();
  expect(calls).toEqual(['GET /api/me', 'POST /api/auth/refresh']);
});

it('takes a refused login as its answer, not as a lost session', async () => {
  answer = unauthenticated;
  const lost = vi.fn();
  const stop = onSessionLost(lost);
  await failureOf(api.post('/api/auth/login', { email: 'a@b', password: 'x' }));
  stop();
  expect(lost).not.toHaveBeenCalled();
  expect(calls).toEqual(['POST /api/auth/login']);
});

it('does not count an unreachable server as a lost session', async () => {
  answer = (path) => {
    if (path === '/api/auth/refresh') throw new TypeError('Failed to fetch');
    return unauthenticated();
  };
  const lost = vi.fn();
  const stop = onSessionLost(lost);
  expect((await failureOf(api.get('/api/me'))).offline).toBe(true);
  stop();
  expect(lost).not.toHaveBeenCalled();
});

it('does not count a stumbling server as a lost session', async () => {
  answer = (path) =>
    path === '/api/auth/refresh' ? new Response('', { status: 503 }) : unauthenticated();
  const lost = vi.fn();
  const stop = onSessionLost(lost);
  expect((await failureOf(api.get('/api/me'))).status).toBe(503);
  stop();
  expect(lost).not.toHaveBeenCalled();
});

it('passes on code, sentence and field of a refusal', async () => {
  answer = () => json(400, { code: 'invalid', message: 'Too long.', field: 'title' });
  expect(await failureOf(api.post('/api/interviews', {}))).toMatchObject({
    status: 400,
    code: 'invalid',
    message: 'Too long.',
    field: 'title',
  });
});

it('has a sentence for an answer that is no error of the API', async () => {
  answer = () => new Response('<html>Bad gateway</html>', { status: 502 });
  const failure = await failureOf(api.get('/api/me'));
  expect(failure.code).toBe('internal');
  expect(failure.message).not.toContain('html');
});

it('gives nothing for an answer without content', async () => {
  answer = () => new Response(null, { status: 204 });
  await expect(api.delete('/api/problems/1')).resolves.toBeUndefined();
});

it('sends a body as JSON and none without one', async () => {
  const seen: RequestInit[] = [];
  answer = (_path, init) => {
    seen.push(init);
    return new Response(null, { status: 204 });
  };
  await api.put('/api/a', { b: 1 });
  await api.post('/api/c');
  expect(seen[0]).toMatchObject({ body: '{"b":1}', credentials: 'same-origin' });
  expect(new Headers(seen[0]?.headers).get('Content-Type')).toBe('application/json');
  expect(seen[1]?.body).toBeUndefined();
  expect(new Headers(seen[1]?.headers).has('Content-Type')).toBe(false);
});
