"""What every area uses: clock, calendar, pages, text, zones."""
