import type { QueryClient } from '@tanstack/react-query';
import { createRootRoute, createRoute, createRouter, redirect } from '@tanstack/react-router';
import { backtestsSearch } from '../pages/backtests/search.ts';
import { driftSearch } from '../pages/drift/search.ts';
import { learningSearch } from '../pages/learning/search.ts';
import { LoginPage } from '../pages/login/login-page.tsx';
import { NotificationsPage } from '../pages/notifications/notifications-page.tsx';
import { AuditPage } from '../pages/operations/audit-page.tsx';
import { LetterPage } from '../pages/operations/letter-page.tsx';
import { LettersPage } from '../pages/operations/letters-page.tsx';
import { auditSearch, lettersSearch } from '../pages/operations/search.ts';
import { ServicesPage } from '../pages/operations/services-page.tsx';
import { OverviewPage } from '../pages/overview/overview-page.tsx';
import { RequestPage } from '../pages/request/request-page.tsx';
import { requestSearch } from '../pages/request/search.ts';
import { studySearch } from '../pages/studies/search.ts';
import { StudiesPage } from '../pages/studies/studies-page.tsx';
import { trainingSearch } from '../pages/training/search.ts';
import { versionsSearch } from '../pages/versions/search.ts';
import { VersionsPage } from '../pages/versions/versions-page.tsx';
import { whatIfSearch } from '../pages/what-if/search.ts';
import { overviewQuery } from '../queries/overview.ts';
import { ModelFrame } from './model-frame.tsx';
import { CrashPage, MissingPage } from './no-page.tsx';
import { OperationsFrame } from './operations-frame.tsx';
import { Shell } from './shell.tsx';

const root = createRootRoute({ component: Shell, notFoundComponent: MissingPage });
const overview = createRoute({ getParentRoute: () => root, path: '/', component: OverviewPage });
const login = createRoute({ getParentRoute: () => root, path: '/login', component: LoginPage });

const model = createRoute({ getParentRoute: () => root, path: '/models/$model', component: ModelFrame });
const modelIndex = createRoute({
  getParentRoute: () => model,
  path: '/',
  beforeLoad: ({ params }) => {
    throw redirect({ to: '/models/$model/drift', params });
  },
});
const drift = createRoute({
  getParentRoute: () => model,
  path: '/drift',
  validateSearch: driftSearch,
}).lazy(() => import('../pages/drift/drift-page.tsx').then(({ driftRoute }) => driftRoute));
const versions = createRoute({
  getParentRoute: () => model,
  path: '/versions',
  validateSearch: versionsSearch,
  component: VersionsPage,
});
const training = createRoute({
  getParentRoute: () => model,
  path: '/training',
  validateSearch: trainingSearch,
}).lazy(() => import('../pages/training/training-page.tsx').then(({ trainingRoute }) => trainingRoute));
const whatIf = createRoute({
  getParentRoute: () => model,
  path: '/what-if',
  validateSearch: whatIfSearch,
}).lazy(() => import('../pages/what-if/what-if-page.tsx').then(({ whatIfRoute }) => whatIfRoute));
const backtests = createRoute({
  getParentRoute: () => model,
  path: '/backtests',
  validateSearch: backtestsSearch,
}).lazy(() => import('../pages/backtests/backtests-page.tsx').then(({ backtestsRoute }) => backtestsRoute));
const request = createRoute({
  getParentRoute: () => model,
  path: '/request',
  validateSearch: requestSearch,
  component: RequestPage,
});

const studies = createRoute({ getParentRoute: () => root, path: '/studies', component: StudiesPage });
const study = createRoute({
  getParentRoute: () => root,
  path: '/studies/$study',
  validateSearch: studySearch,
}).lazy(() => import('../pages/studies/study-page.tsx').then(({ studyRoute }) => studyRoute));

const learning = createRoute({
  getParentRoute: () => root,
  path: '/learning',
  validateSearch: learningSearch,
}).lazy(() => import('../pages/learning/learning-page.tsx').then(({ learningRoute }) => learningRoute));

const operations = createRoute({
  getParentRoute: () => root,
  path: '/operations',
  component: OperationsFrame,
});
const operationsIndex = createRoute({
  getParentRoute: () => operations,
  path: '/',
  beforeLoad: () => {
    throw redirect({ to: '/operations/services' });
  },
});
const services = createRoute({
  getParentRoute: () => operations,
  path: '/services',
  component: ServicesPage,
});
const letters = createRoute({
  getParentRoute: () => operations,
  path: '/letters',
  validateSearch: lettersSearch,
  component: LettersPage,
});
const letter = createRoute({
  getParentRoute: () => operations,
  path: '/letters/$topic/$partition/$offset',
  component: LetterPage,
});
const notifications = createRoute({
  getParentRoute: () => operations,
  path: '/notifications',
  component: NotificationsPage,
});
const audit = createRoute({
  getParentRoute: () => operations,
  path: '/audit',
  validateSearch: auditSearch,
  component: AuditPage,
});

const tree = root.addChildren([
  overview,
  login,
  model.addChildren([modelIndex, drift, versions, training, whatIf, backtests, request]),
  studies,
  study,
  learning,
  operations.addChildren([operationsIndex, services, letters, letter, notifications, audit]),
]);

/** The console's pages; what a link points at is asked for when the pointer comes near. */
export function createConsoleRouter(queries: QueryClient) {
  void queries.prefetchQuery(overviewQuery());
  return createRouter({
    routeTree: tree,
    basepath: '/ui',
    defaultPreload: 'intent',
    scrollRestoration: true,
    defaultErrorComponent: CrashPage,
  });
}

declare module '@tanstack/react-router' {
  interface Register {
    router: ReturnType<typeof createConsoleRouter>;
  }
}
