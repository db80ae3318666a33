"""What a finished run is told by: report.json, report.html, report.md and junit.xml."""
