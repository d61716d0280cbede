"""The job process: mails, reports and housekeeping, outside the requests. It ticks; the database decides."""
