/** How the window's React parts reach the workbench. The canvas' nodes do not use this: context does not reach them. */
import { createContext, useCallback, useContext } from 'react';
import { useStore } from 'zustand';
import { embedDocument } from '../../document/picture.js';
import type { WorkbenchState } from '../workbench/types.js';
import type { AppWorkbench } from '../workbench/workbench.js';

/** The workbench of the window. */
export const WorkbenchContext = createContext<AppWorkbench | undefined>(undefined);

/** The workbench of the window. */
export function useWorkbench(): AppWorkbench {
  const workbench = useContext(WorkbenchContext);
  if (!workbench) throw new Error('no workbench: wrap the parts in <WorkbenchContext value={…}>');
  return workbench;
}

/** A part of the workbench's state; the caller is drawn again when it changes identity. */
export function useBench<T>(select: (state: WorkbenchState) => T): T {
  return useStore(useWorkbench().store, select);
}

/** Puts the open document into a picture, so that the picture opens as it. */
export function useStamp(): (png: Uint8Array) => Uint8Array {
  const { store } = useWorkbench();
  return useCallback((png) => embedDocument(png, store.getState().document), [store]);
}
