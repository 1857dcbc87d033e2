import '@mantine/core/styles.css';
import './app/app.css';
import { MantineProvider } from '@mantine/core';
import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { RouterProvider } from '@tanstack/react-router';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { GatewayProblem } from './api/problem.ts';
import { createConsoleRouter } from './app/router.tsx';
import { THEME } from './app/theme.ts';
import { followEvents } from './queries/live.ts';

const queries = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 2_000,
      // What is refused is refused again.
      retry: (failures, error) => failures < 2 && !(error instanceof GatewayProblem && error.status > 0),
    },
  },
});
followEvents(queries);

const root = document.getElementById('root');
if (root === null) throw new Error('index.html has no #root.');
const nonce = document.querySelector<HTMLMetaElement>('meta[property=csp-nonce]')?.nonce ?? '';
createRoot(root).render(
  <StrictMode>
    <MantineProvider theme={THEME} defaultColorScheme="auto" getStyleNonce={() => nonce}>
      <QueryClientProvider client={queries}>
        <RouterProvider router={createConsoleRouter(queries)} />
      </QueryClientProvider>
    </MantineProvider>
  </StrictMode>,
);
