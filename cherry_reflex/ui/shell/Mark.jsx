// The cherry.
export default function Mark({ size = 20 }) {
  return (
    <svg width={size} height={size} viewBox="0 0 24 24" fill="none" aria-hidden="true">
      <path
        d="M8 15C8 9.500 11 5.500 17 3.500c-.6 4 .2 7.600 1.200 10.500"
        stroke="var(--ok)"
        strokeWidth="1.700"
        strokeLinecap="round"
      />
      <path d="M17 3.500c-3-1.200-6-.6-7.500 1.500 2.600 1.200 5.500.7 7.500-1.500Z" fill="var(--ok)" />
      <circle cx="7.500" cy="17.500" r="4.500" fill="var(--accent)" />
      <circle cx="17.500" cy="17" r="4" fill="var(--accent)" opacity="0.820" />
    </svg>
  );
}
