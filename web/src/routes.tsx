import { lazy, Suspense } from 'react';
import { Route, Routes } from 'react-router';
import { Loading } from './shell/Loading';
import { NotFound } from './shell/NotFound';
import { SessionGate } from './shell/SessionGate';

const RoomPage = lazy(() => import('./pages/room'));
const ReplayPage = lazy(() => import('./pages/replay'));

export function AppRoutes() {
  return (
    <Suspense fallback={<Loading />}>
      <Routes>
        <Route element={<SessionGate />}>
          <Route path="/interviews/:interviewId/room" element={<RoomPage />} />
          <Route path="/interviews/:interviewId/replay" element={<ReplayPage />} />
        </Route>
        <Route path="*" element={<NotFound />} />
      </Routes>
    </Suspense>
  );
}
