import { MantineProvider } from '@mantine/core';
import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { render } from '@testing-library/react';
import { MemoryRouter } from 'react-router';
import { vi } from 'vitest';
import { AppRoutes } from '../routes';
import { theme } from '../theme/theme';

/** What the server answers, by `METHOD path`: a body for 200, or a status with its body. */
export type Server = Record<string, unknown | ((body: unknown) => unknown)>;

/** An answer other than 200. */
export class Refusal {
  constructor(
    readonly status: number,
    readonly code: string,
    readonly message: string,
    readonly field: string | null = null,
  ) {}
}

/** Puts a server behind `fetch`. Returns the requests it was asked, in order. */
export function serve(server: Server): string[] {
  const asked: string[] = [];
  vi.stubGlobal('fetch', async (path: string, init: RequestInit) => {
    const request = `${init.method} ${path}`;
    asked.push(request);
    const known = server[request] ?? new Refusal(401, 'unauthenticated', 'Sign in first.');
    const body: unknown =
      typeof known === 'function' ? known(JSON.parse(String(init.body ?? 'null'))) : known;
    if (body instanceof Refusal) {
      const { status, code, message, field } = body;
      return new Response(JSON.stringify({ code, message, field }), { status });
    }
    return new Response(JSON.stringify(body));
  });
  return asked;
}

/** The whole page at an address. */
export function open(address: string) {
  // A hash lies in the window's own address, where the pages read it.
  window.history.replaceState(null, '', address);
  const queries = new QueryClient({ defaultOptions: { queries: { retry: false } } });
  return render(
    <MantineProvider theme={theme} env="test">
      <QueryClientProvider client={queries}>
        <MemoryRouter initialEntries={[address]}>
          <AppRoutes />
        </MemoryRouter>
      </QueryClientProvider>
    </MantineProvider>,
  );
}
