// Where a thing that the cards show is found in the API.

/** The path of an artifact, or of a dataset made to look like one. */
export function pathOf(artifact) {
  return artifact.path ?? `/api/artifacts/${artifact.id}`;
}

/** An uploaded or derived dataset (`core.dataset.Dataset`), as the cards and the panel take it. */
export function datasetArtifact(dataset) {
  return {
    id: dataset.id,
    kind: "dataset",
    title: dataset.name,
    media_type: "application/vnd.apache.parquet",
    filename: dataset.source ?? "",
    size_bytes: dataset.size_bytes ?? 0,
    path: `/api/datasets/${dataset.id}`,
    meta: { rows: dataset.rows, columns: dataset.column_count ?? dataset.columns.length },
  };
}
