import { defineConfig } from "prisma/config";

// Only the Prisma command line reads this; the platform applies the migrations itself when it starts.
export default defineConfig({
  schema: "prisma/schema.prisma",
  migrations: { path: "prisma/migrations" },
  datasource: { url: process.env["DATABASE_URL"] ?? "postgresql://postgres@127.0.0.1:5432/tesela" },
});
